/** What we use of gifenc, which comes without types. */
declare module "gifenc" {
  type Palette = number[][];
  type Frame = {
    palette?: Palette;
    delay?: number;
    transparent?: boolean;
    transparentIndex?: number;
    dispose?: number;
    repeat?: number;
  };
  const gifenc: {
    GIFEncoder(): { writeFrame(index: Uint8Array, width: number, height: number, frame: Frame): void; finish(): void; bytes(): Uint8Array };
    quantize(rgba: Uint8Array, colours: number, options?: { format?: "rgb565" | "rgb444" | "rgba4444" }): Palette;
    applyPalette(rgba: Uint8Array, palette: Palette, format?: "rgb565" | "rgb444" | "rgba4444"): Uint8Array;
  };
  export default gifenc;
}
