/** A form with one file in it, as platforms take uploads. */

export type FormFile = { field: string; name: string; type: string; bytes: Buffer };

/** @param boundary a text that is in none of the parts */
export function multipart(boundary: string, fields: Record<string, string>, file: FormFile): { contentType: string; body: Buffer } {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${file.field}"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(parts.join("") + head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}
