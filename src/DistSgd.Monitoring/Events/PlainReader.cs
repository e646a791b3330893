using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DistSgd.Monitoring.Events;

/// <summary>
/// Reads the frequent kinds of events, whose properties are numbers, texts and times: in the order in which they were written, each is found at once.
/// </summary>
/// <remarks>
/// It knows the plain case only. Whatever is otherwise (a named number such as NaN, a missing property, a wrong type, no JSON at all) it leaves to the
/// serializer, so what is accepted and what is said of the rest do not depend on it.
/// </remarks>
internal abstract class PlainReader
{
    /// <summary>A reader of a kind.</summary>
    /// <param name="name">Its name in the log.</param>
    /// <param name="kind">The record of the kind.</param>
    /// <returns>The reader; null if a property is of another type.</returns>
    public static PlainReader? Create(string name, Type kind)
    {
        var reader = (PlainReader)Activator.CreateInstance(typeof(PlainReader<>).MakeGenericType(kind), name)!;
        return reader.IsPlain ? reader : null;
    }

    /// <summary>Whether every property is of a type that is read here.</summary>
    protected abstract bool IsPlain { get; }

    /// <summary>Reads a line.</summary>
    /// <param name="utf8Line">The line.</param>
    /// <returns>The event; null if the line is not plain.</returns>
    public abstract TrainingEvent? Read(ReadOnlySpan<byte> utf8Line);
}

/// <inheritdoc/>
/// <typeparam name="T">The record of the kind.</typeparam>
internal sealed class PlainReader<T> : PlainReader
    where T : TrainingEvent
{
    private const int IntegersMax = 64; // longer lists are left to the serializer

    private readonly Property[] _properties;
    private readonly ulong _required;

    /// <summary>Looks the properties up.</summary>
    /// <param name="kind">Name of the kind in the log.</param>
    public PlainReader(string kind)
    {
        // In the order in which they are written: what every event begins with, then its own.
        PropertyInfo[] own = [.. typeof(T).GetProperties().Where(property => property.SetMethod is not null)];
        PropertyInfo time = own.Single(property => property.Name == nameof(TrainingEvent.Time));
        _properties =
        [
            Of(time), new Property("@mt"u8.ToArray(), Anything), new Property("@l"u8.ToArray(), Anything), OfKind(kind),
            .. own.Where(property => property != time).Select(Of),
        ];
        for (int i = 0; i < _properties.Length; i++)
        {
            _required |= _properties[i].IsRequired ? 1ul << i : 0;
        }
    }

    private delegate bool Set(T target, ref Utf8JsonReader reader);

    /// <inheritdoc/>
    protected override bool IsPlain => _properties.Length <= 64 && Array.TrueForAll(_properties, property => property.Set is not null);

    /// <inheritdoc/>
    public override TrainingEvent? Read(ReadOnlySpan<byte> utf8Line)
    {
        var reader = new Utf8JsonReader(utf8Line);
        var target = Activator.CreateInstance<T>();
        ulong found = 0;
        int next = 0;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int place = Find(ref reader, next);
                reader.Read();
                if (place < 0)
                {
                    reader.Skip();
                    continue;
                }

                if (!_properties[place].Set!(target, ref reader))
                {
                    return null;
                }

                found |= 1ul << place;
                next = place + 1;
            }

            return (found & _required) == _required && reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? target : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private int Find(ref Utf8JsonReader reader, int next)
    {
        for (int i = 0; i < _properties.Length; i++)
        {
            int place = (next + i) % _properties.Length;
            if (reader.ValueTextEquals(_properties[place].Name))
            {
                return place;
            }
        }

        return -1;
    }

    private static Property Of(PropertyInfo property) => new(
        Encoding.UTF8.GetBytes(property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name),
        Setter(property),
        property.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute)));

    private static Property OfKind(string kind)
    {
        byte[] expected = Encoding.UTF8.GetBytes(kind);
        return new Property("Event"u8.ToArray(), (T _, ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(expected), IsRequired: true);
    }

    private static bool Anything(T target, ref Utf8JsonReader reader) => reader.TrySkip();

    private static Set? Setter(PropertyInfo property)
    {
        Action<T, TValue> To<TValue>() => property.SetMethod!.CreateDelegate<Action<T, TValue>>();
        Set If<TValue>(JsonTokenType expected, Take<TValue> take)
        {
            Action<T, TValue> set = To<TValue>();
            return (T target, ref Utf8JsonReader reader) =>
            {
                bool isExpected = reader.TokenType == expected;
                if (isExpected)
                {
                    set(target, take(ref reader));
                }

                return isExpected;
            };
        }

        Set Number<TValue>(Take<TValue> take) => If(JsonTokenType.Number, take);
        Set Text<TValue>(Take<TValue> take) => If(JsonTokenType.String, take);
        return property.PropertyType switch
        {
            var type when type == typeof(double) => Number(static (ref Utf8JsonReader reader) => reader.GetDouble()),
            var type when type == typeof(double?) => Number<double?>(static (ref Utf8JsonReader reader) => reader.GetDouble()),
            var type when type == typeof(long) => Number(static (ref Utf8JsonReader reader) => reader.GetInt64()),
            var type when type == typeof(long?) => Number<long?>(static (ref Utf8JsonReader reader) => reader.GetInt64()),
            var type when type == typeof(int) => Number(static (ref Utf8JsonReader reader) => reader.GetInt32()),
            var type when type == typeof(int?) => Number<int?>(static (ref Utf8JsonReader reader) => reader.GetInt32()),
            var type when type == typeof(string) => Text(Repeated()),
            var type when type == typeof(DateTimeOffset) => Text(static (ref Utf8JsonReader reader) => reader.GetDateTimeOffset()),
            var type when type == typeof(IReadOnlyList<int>) => Integers(To<IReadOnlyList<int>>()),
            _ => null,
        };
    }

    // Names come again and again.
    private static Take<string?> Repeated()
    {
        string last = "";
        return (ref Utf8JsonReader reader) =>
        {
            string known = last; // another thread may be reading too
            return reader.ValueTextEquals(known) ? known : last = reader.GetString()!;
        };
    }

    private static Set Integers(Action<T, IReadOnlyList<int>> set) => (T target, ref Utf8JsonReader reader) =>
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        Span<int> integers = stackalloc int[IntegersMax];
        int count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.Number && count < IntegersMax)
        {
            integers[count++] = reader.GetInt32();
        }

        set(target, integers[..count].ToArray());
        return reader.TokenType == JsonTokenType.EndArray;
    };

    private delegate TValue Take<TValue>(ref Utf8JsonReader reader);

    private sealed record Property(byte[] Name, Set? Set, bool IsRequired = false);
}
