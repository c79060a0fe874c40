/** Find or do: flows, files and deeds by name. */
import { Command } from "cmdk";
import { Dialog as RadixDialog } from "radix-ui";
import type { OverviewView } from "../../server/studio/views.ts";
import { shortName } from "./place.tsx";
import { setState } from "./state.ts";
import { useWords } from "./words.ts";

export type Deed = { id: string; label: string; keys?: string; run(): void };

export default function Palette({ overview, deeds }: { overview: OverviewView; deeds: Deed[] }) {
  const t = useWords();
  const close = () => setState({ dialog: null });
  const then = (run: () => void) => () => {
    close();
    run();
  };
  return (
    <RadixDialog.Root open onOpenChange={(open) => open || close()}>
      <RadixDialog.Portal>
        <div className="veil" />
        <RadixDialog.Content className="dialog palette" aria-describedby={undefined}>
          <RadixDialog.Title className="sr">{t("find")}</RadixDialog.Title>
          <Command label={t("find")} loop>
            <Command.Input className="input" placeholder={t("palettePlaceholder")} />
            <Command.List>
              <Command.Empty>{t("paletteNothing")}</Command.Empty>
              <Command.Group heading={t("doGroup")}>
                {deeds.map((deed) => (
                  <Command.Item key={deed.id} value={deed.label} onSelect={then(deed.run)}>
                    <span className="grow">{deed.label}</span>
                    {deed.keys ? <kbd className="key">{deed.keys}</kbd> : null}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading={t("flowGroup")}>
                {overview.flows
                  .filter((flow) => !flow.pattern)
                  .map((flow) => (
                    <Command.Item
                      key={flow.name}
                      value={`${flow.name} ${flow.description}`}
                      onSelect={then(() => setState({ beside: "map", flow: flow.name }))}
                    >
                      <b>{flow.name}</b> <span className="faint cut grow">{flow.description}</span>
                    </Command.Item>
                  ))}
              </Command.Group>
              <Command.Group heading={t("fileGroup")}>
                {overview.files.map((file) => (
                  <Command.Item key={file.path} value={file.path} onSelect={then(() => setState({ source: { file: file.path, line: 1 } }))}>
                    <span>{shortName(file.path)}</span> <span className="faint cut grow">{file.path}</span>
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
