/** From one colour of the brand all that must be readable: what stands on it, and what it may be used for as a text, light and dark. */
type Rgb = [number, number, number];

export type Theme = { [property: string]: string };

const OURS = "#23614f";
const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [22, 24, 22];
const GROUND = { light: [255, 255, 255] as Rgb, dark: [28, 29, 27] as Rgb };
/** WCAG 2.2, 1.4.3: text against its ground. */
const READABLE = 4.5;

/** @param color as the brand wrote it: #rgb, #rrggbb or rgb(); anything else is ours */
export function themeOf(color: string): Theme {
  const brand = parse(color) ?? parse(OURS)!;
  const on = contrast(brand, WHITE) >= contrast(brand, INK) ? WHITE : INK;
  // A brand's colour of middling lightness bears neither: it is moved until one of them can be read.
  const fill = moved(brand, on === WHITE ? INK : WHITE, (one) => contrast(one, on) >= READABLE);
  return {
    "--fill": css(fill),
    "--on-fill": css(on),
    "--accent-light": css(moved(brand, INK, (one) => contrast(one, GROUND.light) >= READABLE + 0.6)),
    "--accent-dark": css(moved(brand, WHITE, (one) => contrast(one, GROUND.dark) >= 7)),
    "--tint-light": css(mix(brand, GROUND.light, 0.91)),
    "--tint-dark": css(mix(brand, GROUND.dark, 0.8)),
  };
}

function parse(text: string): Rgb | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const six = hex.length === 3 ? [...hex].map((one) => one + one).join("") : hex;
    return [0, 2, 4].map((at) => Number.parseInt(six.slice(at, at + 2), 16)) as Rgb;
  }
  const parts = /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/i.exec(text.trim());
  return parts ? ([Number(parts[1]), Number(parts[2]), Number(parts[3])] as Rgb) : null;
}

function css(rgb: Rgb): string {
  return `rgb(${rgb.map(Math.round).join(" ")})`;
}

function mix(from: Rgb, to: Rgb, part: number): Rgb {
  return from.map((one, at) => one + (to[at]! - one) * part) as Rgb;
}

function moved(from: Rgb, to: Rgb, isFit: (rgb: Rgb) => boolean): Rgb {
  for (let part = 0; part < 1; part += 0.05) if (isFit(mix(from, to, part))) return mix(from, to, part);
  return to;
}

function contrast(one: Rgb, other: Rgb): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) => {
    const one = part / 255;
    return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
