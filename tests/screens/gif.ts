/** Pictures of a screen become one animated picture: one palette for all, and of each only what changed. */
import gifenc from "gifenc";
import { PNG } from "pngjs";

export type Frame = { png: Buffer; showMs: number };

/** The last of the palette stands for "as before". */
const COLOURS = 255;
/** Of the pixels, so many are looked at to choose the colours. */
const SAMPLED = 400_000;

export function animate(frames: Frame[]): Uint8Array {
  const { GIFEncoder, quantize, applyPalette } = gifenc;
  const pictures = frames.map(({ png }) => PNG.sync.read(png));
  const { width, height } = pictures[0]!;
  const palette = quantize(sampleOf(pictures), COLOURS);
  const asBefore = palette.length;
  const coloured = [...palette, [0, 0, 0]];
  const gif = GIFEncoder();
  let before: Uint8Array | null = null;
  for (const [at, picture] of pictures.entries()) {
    const now = applyPalette(new Uint8Array(picture.data), palette);
    const known = before;
    const changed = known === null ? now : now.map((colour, pixel) => (colour === known[pixel] ? asBefore : colour));
    const rest = known === null ? {} : { transparent: true, transparentIndex: asBefore, dispose: 1 };
    gif.writeFrame(changed, width, height, { delay: frames[at]!.showMs, ...(known === null ? { palette: coloured, repeat: 0 } : rest) });
    before = now;
  }
  gif.finish();
  return gif.bytes();
}

function sampleOf(pictures: PNG[]): Uint8Array {
  const pixels = pictures.reduce((sum, { data }) => sum + data.length / 4, 0);
  const step = Math.max(1, Math.floor(pixels / SAMPLED));
  const sample: number[] = [];
  for (const { data } of pictures)
    for (let at = 0; at < data.length; at += 4 * step) sample.push(data[at]!, data[at + 1]!, data[at + 2]!, 255);
  return Uint8Array.from(sample);
}
