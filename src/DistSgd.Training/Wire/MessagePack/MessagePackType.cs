namespace DistSgd.Training.Wire.MessagePack;

/// <summary>Families of MessagePack values; names and order are those of MessagePack-CSharp's type.</summary>
public enum MessagePackType : byte
{
    /// <summary>A byte that begins no value.</summary>
    Unknown,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Nothing.</summary>
    Nil,

    /// <summary>False or true.</summary>
    Boolean,

    /// <summary>A number in single or double precision.</summary>
    Float,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>Values in order.</summary>
    Array,

    /// <summary>Pairs of key and value.</summary>
    Map,

    /// <summary>Bytes with a type of an application's own.</summary>
    Extension,
}
