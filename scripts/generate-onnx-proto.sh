#!/bin/sh
# Regenerates packages/core/src/onnx/onnx_pb.ts from the vendored onnx.proto.
# Needs protoc (Debian: protobuf-compiler); protoc-gen-es comes with `npm ci`.
set -eu
cd "$(dirname "$0")/.."
protoc --plugin=protoc-gen-es=node_modules/.bin/protoc-gen-es \
  --proto_path=packages/core/src/onnx \
  --es_out=packages/core/src/onnx \
  --es_opt=target=ts,import_extension=ts,erasable_syntax=true \
  packages/core/src/onnx/onnx.proto
mv packages/core/src/onnx/onnx_pb.ts packages/core/src/onnx/onnx_pb.gen.ts
