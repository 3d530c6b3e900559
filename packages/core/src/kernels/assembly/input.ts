// Images as they come, [count][c][h][w] bytes, into the padded pixel-major buffer of the first layer.

/** `output` is image 0's first interior pixel; strides in bytes. */
export function packImages(
  images: usize,
  count: i32,
  channels: i32,
  height: i32,
  width: i32,
  output: usize,
  imageStride: usize,
  lineStride: usize,
  pixelStride: usize,
): void {
  let from = images;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        let to = output + <usize>i * imageStride + <usize>y * lineStride + c;
        if (pixelStride == 1) {
          memory.copy(to, from, width);
          from += width;
          continue;
        }
        for (let x = 0; x < width; x++) {
          store<u8>(to, load<u8>(from));
          from += 1;
          to += pixelStride;
        }
      }
    }
  }
}
