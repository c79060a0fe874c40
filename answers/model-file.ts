/** Keeps what the matcher learnt in one file, so that the next process ranks at once: the examples as texts and the planes, packed. */
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { Example, Planes } from "./classifier.ts";

export type Kept = { labels: string[]; examples: Example[]; planes: Planes };

const MAGIC = "baton-match-1\n";
/** Beyond this the best packing takes longer than learning did. */
const QUALITY = 5;

export function writeModel({ labels, examples, planes }: Kept): Uint8Array {
  const { start, label, weight, scale, shift, dense } = planes;
  const counts = new Uint16Array(start.length - 1);
  const steps = new Uint16Array(label.length);
  for (let id = 0; id < counts.length; id++) {
    counts[id] = start[id + 1]! - start[id]!;
    for (let slot = start[id]!, before = 0; slot < start[id + 1]!; slot++) {
      steps[slot] = label[slot]! - before;
      before = label[slot]!;
    }
  }
  const head = { labels, examples: examples.map(({ text, label, share }) => (share === 1 ? [text, label] : [text, label, share])) };
  const parts = [new TextEncoder().encode(JSON.stringify(head)), bytesOf(counts), split(steps), bytesOf(weight)].concat(
    [scale, shift, dense].map(bytesOf),
  );
  const sizes = Uint32Array.from(parts, (part) => part.length);
  const body = Buffer.concat([Uint32Array.of(parts.length), sizes].map(bytesOf).concat(parts));
  const packed = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  return Buffer.concat([Buffer.from(MAGIC), packed]);
}

/** null: not a file of ours, or of another format. */
export function readModel(file: Uint8Array): Kept | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (bytes.subarray(0, MAGIC.length).toString() !== MAGIC) return null;
  try {
    const body = new Uint8Array(brotliDecompressSync(bytes.subarray(MAGIC.length)));
    const [count = 0] = new Uint32Array(body.slice(0, 4).buffer);
    const sizes = new Uint32Array(body.slice(4, 4 + count * 4).buffer);
    let from = 4 + count * 4;
    const [head, counts, steps, weight, scale, shift, dense] = [...sizes].map((size) => {
      from += size;
      return body.slice(from - size, from);
    });
    const { labels, examples } = JSON.parse(new TextDecoder().decode(head)) as Packed;
    const perFeature = new Uint16Array(counts!.buffer);
    const start = new Int32Array(perFeature.length + 1);
    const label = join(steps!);
    for (let id = 0; id < perFeature.length; id++) {
      start[id + 1] = start[id]! + perFeature[id]!;
      for (let slot = start[id]! + 1; slot < start[id + 1]!; slot++) label[slot]! += label[slot - 1]!;
    }
    return {
      labels,
      examples: examples.map(([text, at, share = 1]) => ({ text, label: at, share })),
      planes: {
        start,
        label,
        weight: new Int8Array(weight!.buffer),
        scale: new Float32Array(scale!.buffer),
        shift: new Float32Array(shift!.buffer),
        dense: new Float32Array(dense!.buffer),
      },
    };
  } catch {
    return null; // cut off or damaged
  }
}

type Packed = { labels: string[]; examples: [text: string, label: number, share?: number][] };

function bytesOf(array: Int8Array | Uint16Array | Uint32Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Low bytes, then high ones: the latter are nearly all zero, and pack to nothing. */
function split(values: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    bytes[i] = values[i]! & 0xff;
    bytes[values.length + i] = values[i]! >> 8;
  }
  return bytes;
}

function join(bytes: Uint8Array): Uint16Array {
  const values = new Uint16Array(bytes.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = bytes[i]! | (bytes[values.length + i]! << 8);
  return values;
}
