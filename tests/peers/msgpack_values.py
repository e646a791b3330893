"""Reads a list of questions from standard input and answers each with JSON.

A string is one MessagePack value: the answer is what Python's msgpack reads (see describe) and how it writes that again.
{"seed": n, "count": n} asks for values that Python's msgpack writes: the answer is a list of what and how.
"""
import json
import random
import struct
import sys

try:
    import msgpack
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(77)

EDGES = sorted({s * (2**b + d) for b in (0, 5, 7, 8, 15, 16, 31, 32, 63, 64) for d in (-1, 0, 1) for s in (-1, 1)})
WHOLE = [n for n in EDGES if -(2**63) <= n < 2**64]
SIZES = [0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536]


def describe(value):
    """A value as text without ambiguity: numbers by their bits, text and bytes in hexadecimal."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"i{value}"
    if isinstance(value, float):
        return "f" + struct.pack(">d", value).hex()
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, (bytes, bytearray)):
        return "b" + bytes(value).hex()
    if isinstance(value, msgpack.ExtType):
        return "x"
    if isinstance(value, dict):
        return "{" + " ".join(f"{describe(k)} {describe(v)}" for k, v in value.items()) + "}"
    return "[" + " ".join(describe(v) for v in value) + "]"


def draw(source, depth):
    kind = source.randrange(11 if depth > 0 else 8)
    if kind == 0:
        return source.choice([None, False, True])
    if kind in (1, 2):
        return source.choice(WHOLE)
    if kind == 3:
        return struct.unpack(">d", source.randbytes(8))[0]
    if kind == 4:
        return source.choice([0.0, -0.0, float("inf"), float("nan"), 5e-324, 1.5])
    if kind == 5:
        return "ä日🙂"[source.randrange(3)] * (source.choice(SIZES) // 2)
    if kind == 6:
        return source.randbytes(source.choice(SIZES))
    if kind == 7:
        return msgpack.ExtType(source.randrange(128), source.randbytes(source.choice([0, 1, 2, 3, 4, 8, 16, 17, 255, 256, 65536])))
    count = source.choice([0, 1, 3, 15, 16, 17])
    if kind == 8:
        return {draw_key(source, i): draw(source, depth - 1) for i in range(count)}
    return [draw(source, depth - 1) for _ in range(count)]


def draw_key(source, index):
    return index if source.randrange(2) else f"key {index}"


def answer(question):
    if isinstance(question, str):
        value = msgpack.unpackb(bytes.fromhex(question), raw=False, strict_map_key=False)
        return {"value": describe(value), "bytes": msgpack.packb(value, use_bin_type=True).hex()}
    source = random.Random(question["seed"])
    values = [draw(source, 3) for _ in range(question["count"])]
    single = question.get("single", False)
    packed = [msgpack.packb(value, use_bin_type=True, use_single_float=single) for value in values]
    read = [msgpack.unpackb(bytes_, raw=False, strict_map_key=False) for bytes_ in packed]
    return [{"value": describe(value), "bytes": bytes_.hex()} for value, bytes_ in zip(read, packed)]


print(json.dumps([answer(question) for question in json.load(sys.stdin)]))
