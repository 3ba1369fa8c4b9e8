"""Which partition a key belongs to: Kafka's default rule, so that both engines put a key at the same place."""

from functools import lru_cache
from struct import iter_unpack

_SEED = 0x9747B28C
_FACTOR = 0x5BD1E995
_MASK = 0xFFFFFFFF


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of `key` among `partitions`: murmur2 as in the Java client, sign bit cleared, modulo."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


@lru_cache(maxsize=16_384)
def murmur2(data: bytes) -> int:
    """32-bit MurmurHash2 with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2)."""
    whole = len(data) & ~3
    state = _SEED ^ len(data)
    for (word,) in iter_unpack("<I", data[:whole]):
        word = word * _FACTOR & _MASK
        word ^= word >> 24
        state = (state * _FACTOR & _MASK) ^ (word * _FACTOR & _MASK)
    if rest := data[whole:]:
        state = (state ^ int.from_bytes(rest, "little")) * _FACTOR & _MASK
    state ^= state >> 13
    state = state * _FACTOR & _MASK
    return state ^ state >> 15
