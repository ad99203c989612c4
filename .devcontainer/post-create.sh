#!/usr/bin/env bash
# Builds the kit once, installs the kernel and lets the kit check the machine, so that the first chapter runs at once.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/ShapeKit.Cli
dotnet run --project src/ShapeKit.Cli --no-build -- kernel install
dotnet run --project src/ShapeKit.Cli --no-build -- doctor
