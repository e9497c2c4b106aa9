/** A text as bytes in memory of its own, which can move to another thread (Node makes small buffers in a pool). */
export function payloadOf(text: string): Buffer {
  const payload = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  payload.write(text);
  return payload;
}
