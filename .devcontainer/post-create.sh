#!/usr/bin/env bash
# Restores and builds the kit once, and lets it check the machine, so that the first run starts at once.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/ShapeKit.Cli
dotnet run --project src/ShapeKit.Cli --no-build -- doctor
