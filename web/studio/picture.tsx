/** A picture in the place of an advertisement's: hills in the colours of its name, the same every time. */
import type { CSSProperties } from "react";

function hash(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)!) >>> 0;
  return sum;
}

export function AdPicture({ seed }: { seed: string }) {
  const number = hash(seed);
  const hue = (number % 12) * 30 + 20;
  const points = [0, 1, 2, 3, 4, 5].map((n) => `${n * 32},${70 - ((number >>> (n * 3)) % 8) * 5}`).join(" ");
  const nearer = [0, 1, 2, 3, 4, 5].map((n) => `${n * 32},${88 - ((number >>> (n * 2 + 5)) % 8) * 4}`).join(" ");
  return (
    <svg
      className="picture"
      viewBox="0 0 160 84"
      preserveAspectRatio="xMidYMid slice"
      style={{ "--hue": String(hue) } as CSSProperties}
      aria-hidden="true"
    >
      <rect className="sky" width="160" height="84" />
      <circle className="sun" cx={30 + (number % 100)} cy="24" r="11" />
      <polygon className="far" points={`0,84 ${points} 160,84`} />
      <polygon className="near" points={`0,84 ${nearer} 160,84`} />
    </svg>
  );
}
