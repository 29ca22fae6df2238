#!/bin/sh
# Puts the skill and what it needs into build/lambda, for the processor and the Python of template.yaml.
set -eu
cd "$(dirname "$0")/../.."
python="${PYTHON:-python3}"
rm -rf build/lambda build/wheel
mkdir -p build
# The versions that the tests ran with.
sed -nE 's/^([a-z0-9-]+==[^ ]+) .*/\1/p' constraints.txt > build/versions
"$python" -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
"$python" -m pip install --quiet --no-compile --target build/lambda -c build/versions --only-binary=:all: --implementation cp --python-version 3.13 \
    --platform manylinux_2_28_aarch64 --platform manylinux2014_aarch64 build/wheel/soft_landing-*.whl
# What Lambda never calls. boto3 is not installed at all: Lambda brings it along.
rm -rf build/lambda/bin build/lambda/gunicorn* build/lambda/*/tests build/lambda/numpy/*/tests
# Nor what makes and downloads models, and the phrases that were learned from: without them it fits into Lambda's 250 MB.
rm -rf build/lambda/onnxruntime/tools build/lambda/onnxruntime/transformers build/lambda/onnxruntime/quantization \
    build/lambda/hf_xet* build/lambda/huggingface_hub* build/lambda/fsspec* build/lambda/httpx2* build/lambda/httpcore2* \
    build/lambda/skill/interaction_models/*.lines.jsonl build/lambda/skill/interaction_models/*.utterances.txt
# Of the world's plural rules those of the languages that are spoken.
for data in build/lambda/babel/locale-data/*.dat; do
    language=$(basename "$data" .dat)
    [ "$language" = root ] || [ -d "build/lambda/skill/responses/${language%%_*}" ] || rm "$data"
done
# Compiled beforehand, because Lambda cannot keep what it compiles, and would do it at every start from nothing.
if python3.13 -c "" 2>/dev/null; then
    python3.13 -W ignore -m compileall -q --invalidation-mode unchecked-hash build/lambda
else
    echo "without python3.13 nothing is compiled beforehand: a start from nothing takes a second or two longer" >&2
fi
du -sh build/lambda
