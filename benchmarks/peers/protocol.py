"""What every peer speaks: it says what it is, then answers each line "WORK COUNT" with the seconds that it took."""
import sys
import time


def serve(name, works):
    print("ready", name, flush=True)
    for line in sys.stdin:
        work, count = line.split()
        start = time.perf_counter()
        works[work](int(count))
        print(time.perf_counter() - start, flush=True)


def missing(reason):
    print("missing", reason, flush=True)
    sys.exit(0)


def loaded(word):
    """The file of a native library that this process has loaded, or nothing."""
    with open("/proc/self/maps") as maps:
        return next((line.split()[-1] for line in maps if word in line), None)
