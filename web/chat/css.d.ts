/** A style sheet as a text: esbuild puts it into the script. */
declare module "*/chat.css" {
  const css: string;
  export default css;
}
