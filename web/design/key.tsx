/** A key as it is printed on a button. Screen readers hear it as the button's shortcut, not as part of its name. */
export function Key({ of }: { of: string }) {
  return (
    <span className="key" aria-hidden="true">
      {of}
    </span>
  );
}
