/** Smaller ones are worth no system call, and Node lets them share memory. */
const LARGE = 64 * 1024;

/**
 * Gives the memory of large bytes back at once, where nothing else can use them any more: the garbage collector may take
 * its time, and some 16 MiB in each of four stages of one answer add up. Bytes that share memory with others are left alone.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer, byteOffset, byteLength } = bytes;
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
  if (byteLength < LARGE || !isWhole || !(buffer instanceof ArrayBuffer) || buffer.detached) return;
  buffer.transfer(0);
}
