/** What floats: dialogs, menus, tips and toasts, on accessible primitives. */
import { X } from "lucide-react";
import { DropdownMenu, Dialog as RadixDialog, Toast as RadixToast, Tooltip } from "radix-ui";
import { type ReactNode, useSyncExternalStore } from "react";

type DialogProps = {
  title: string;
  close: string;
  onClose(): void;
  /** Below the content: the buttons. */
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
};

/** Open as long as it is rendered. Esc and a click beside it close it. */
export function Dialog({ title, close, onClose, footer, className = "", children }: DialogProps) {
  return (
    <RadixDialog.Root open onOpenChange={(open) => open || onClose()}>
      <RadixDialog.Portal>
        <div className="veil" />
        <RadixDialog.Content className={`dialog ${className}`} aria-describedby={undefined} onOpenAutoFocus={focusFirst}>
          <header>
            <RadixDialog.Title asChild>
              <h2>{title}</h2>
            </RadixDialog.Title>
            <RadixDialog.Close className="btn quiet icon" aria-label={close}>
              <X className="i" aria-hidden="true" />
            </RadixDialog.Close>
          </header>
          <div className="body">{children}</div>
          {footer ? <footer>{footer}</footer> : null}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** The first thing to fill in or choose, not the way out. */
function focusFirst(event: Event): void {
  const dialog = event.currentTarget ?? event.target;
  const first =
    dialog instanceof HTMLElement ? dialog.querySelector<HTMLElement>(".body :is(input, select, textarea, button):not([disabled])") : null;
  if (!first) return;
  event.preventDefault();
  first.focus();
}

type MenuProps = { trigger: ReactNode; label: string; align?: "start" | "end"; children: ReactNode };

export function Menu({ trigger, label, align = "end", children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align={align} sideOffset={4} collisionPadding={12} aria-label={label}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({ onSelect, disabled = false, children }: { onSelect(): void; disabled?: boolean; children: ReactNode }) {
  return (
    <DropdownMenu.Item onSelect={onSelect} disabled={disabled}>
      {children}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <DropdownMenu.Label className="label">{children}</DropdownMenu.Label>;
}

export function Tip({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tooltip.Root delayDuration={400}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" sideOffset={6} collisionPadding={8}>
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export type Toast = { id: number; text: string; act?: { label: string; run(): void }; danger?: boolean; forMs?: number };

let toasts: Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(text: string, more: Omit<Toast, "id" | "text"> = {}): void {
  lastId += 1;
  show([...toasts.slice(-2), { id: lastId, text, ...more }]);
}

function show(next: Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Around everything: where tips and toasts appear. */
export function Floating({ toastsLabel, close, children }: { toastsLabel: string; close: string; children: ReactNode }) {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <Tooltip.Provider>
      <RadixToast.Provider label={toastsLabel} duration={7_000} swipeDirection="down">
        {children}
        {shown.map((one) => (
          <RadixToast.Root
            key={one.id}
            className="toast"
            type={one.danger ? "foreground" : "background"}
            {...(one.forMs === undefined ? {} : { duration: one.forMs })}
            onOpenChange={(open) => open || show(toasts.filter(({ id }) => id !== one.id))}
          >
            <RadixToast.Title className="grow">{one.text}</RadixToast.Title>
            {one.act ? (
              <RadixToast.Action className="btn" altText={one.act.label} onClick={one.act.run}>
                {one.act.label}
              </RadixToast.Action>
            ) : null}
            <RadixToast.Close className="btn icon" aria-label={close}>
              <X className="i" aria-hidden="true" />
            </RadixToast.Close>
          </RadixToast.Root>
        ))}
        <RadixToast.Viewport className="toasts" label={toastsLabel} />
      </RadixToast.Provider>
    </Tooltip.Provider>
  );
}
