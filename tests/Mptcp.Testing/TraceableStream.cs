using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mptcp.Testing;

/// <summary>
/// A stream of bytes that look random, but tell where in the stream they are: each word is an invertible mix of its number and a seed.
/// </summary>
sealed class TraceableStream(ulong seed)
{
    const int WordSize = sizeof(ulong);
    const ulong First = 0xBF58476D1CE4E5B9, FirstInverse = 0x96DE1B173F119089; // their product is 1
    const ulong Second = 0x94D049BB133111EB, SecondInverse = 0x319642B2D24D8EC3;

    internal byte[] Read(long offset, int count)
    {
        (long word, long skipped) = Math.DivRem(offset, WordSize);
        ulong[] words = new ulong[(skipped + count + WordSize - 1) / WordSize];
        for (int i = 0; i < words.Length; i++)
            words[i] = Mix(seed + (ulong)(word + i));

        return MemoryMarshal.AsBytes(words.AsSpan()).Slice((int)skipped, count).ToArray();
    }

    /// <summary>Returns the offset below a limit at which the stream has all of the bytes, at least 15; null if there is none.</summary>
    internal long? Find(ReadOnlySpan<byte> bytes, long limit)
    {
        for (int i = 0; i < WordSize && i + WordSize <= bytes.Length; i++)
        {
            ulong word = Unmix(BinaryPrimitives.ReadUInt64LittleEndian(bytes[i..])) - seed;
            long offset = (long)word * WordSize - i;
            if (word < (ulong)limit / WordSize && offset >= 0 && bytes.SequenceEqual(Read(offset, bytes.Length)))
                return offset;
        }

        return null;
    }

    /// <summary>The last step of SplitMix64.</summary>
    static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * First;
        word = (word ^ (word >> 27)) * Second;
        return word ^ (word >> 31);
    }

    static ulong Unmix(ulong word)
    {
        word = (word ^ (word >> 31) ^ (word >> 62)) * SecondInverse;
        word = (word ^ (word >> 27) ^ (word >> 54)) * FirstInverse;
        return word ^ (word >> 30) ^ (word >> 60);
    }
}
