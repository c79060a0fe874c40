/** The few signs of the window, drawn in the colour of the text around them. */
/** @jsxImportSource preact */
const PATHS = {
  chat: "M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v8.5A1.5 1.5 0 0 1 20 17h-8l-4.6 3.7a.6.6 0 0 1-.9-.5V17H4a1.5 1.5 0 0 1-1.5-1.5V7A1.5 1.5 0 0 1 4 5.5Z",
  down: "m5.5 9 6.5 6.5L18.5 9",
  close: "M6 6l12 12M18 6 6 18",
  send: "M12 20V5M5.5 11 12 4.5l6.5 6.5",
  attach: "m19.5 11.5-7.6 7.6a5 5 0 0 1-7-7l8.3-8.4a3.4 3.4 0 0 1 4.8 4.8l-8.3 8.3a1.7 1.7 0 0 1-2.4-2.4l7-7",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  check: "m4.5 12.5 5 5 10-11",
  clock: "M12 7v5.2l3.3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
  out: "M9 6.5H6.5A1.5 1.5 0 0 0 5 8v9.500A1.5 1.5 0 0 0 6.500 19H16a1.5 1.5 0 0 0 1.500-1.500V15M13 5h6v6M19 5l-8.500 8.500",
  file: "M13.500 3.500H7A1.500 1.500 0 0 0 5.500 5v14A1.500 1.500 0 0 0 7 20.500h10a1.500 1.500 0 0 0 1.500-1.500V8.500Zm0 0v5h5",
  device:
    "M8.500 3.500h7A1.500 1.500 0 0 1 17 5v14a1.500 1.500 0 0 1-1.500 1.500h-7A1.500 1.500 0 0 1 7 19V5a1.500 1.500 0 0 1 1.500-1.500ZM11 17.500h2",
} as const;

export function Icon({ name, bold = false }: { name: keyof typeof PATHS; bold?: boolean }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} stroke-width={bold || name === "more" ? 2.6 : 1.8} />
    </svg>
  );
}
