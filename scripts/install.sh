#!/usr/bin/env bash
# Make the environment with Python 3.10 (Rasa 3.6 runs on no newer one) and the locked packages.
set -euo pipefail
venv=$1

find_python() {
  local candidate
  for candidate in python python3.10; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
      # The interpreter itself: an active environment's python goes with the environment, which is made anew below.
      "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
      return
    fi
  done
  if command -v uv >/dev/null && uv python install 3.10 >/dev/null 2>&1; then
    uv python find 3.10
    return
  fi
  echo "需要 Python 3.10：请安装 python3.10（含 venv），或安装 uv。/ Python 3.10 is needed: install python3.10 with venv, or uv." >&2
  exit 1
}

python=$(find_python)
echo "正在安装依赖（第一次约半分钟到两分钟）……"
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements/uv.txt
# --no-deps: the lock is complete, and it overrides two of Rasa's pins on purpose (docs/adr/0003-overridden-pins.md).
# Compiled here, once: importing Rasa and TensorFlow from source takes 20 s at every start, compiled 8.
"$venv/bin/uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --require-hashes -r requirements/lock.txt
touch "$venv/.installed"
