using System.Reflection;
using System.Text;

namespace Mptcp.Testing;

/// <summary>Lists the public and protected members of an assembly, one in a line, in a fixed order.</summary>
static class PublicSurface
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    static readonly NullabilityInfoContext s_nullability = new();

    internal static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Heading(type)).Append('\n');
            foreach (string member in type.GetMembers(Declared).Select(Describe).OfType<string>().Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');

            text.Append('\n');
        }

        return text.ToString();
    }

    static string Heading(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsSealed: true } => "sealed class",
            { IsAbstract: true } => "abstract class",
            _ => "class",
        };
        string parent = type.BaseType is { } b && b != typeof(object) && !type.IsEnum && !type.IsValueType ? $" : {Name(b)}" : "";
        return $"{kind} {type.FullName}{parent}";
    }

    static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo { DeclaringType.IsEnum: true, IsLiteral: true } value => $"{value.Name} = {value.GetRawConstantValue()}",
        FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily => $"{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
        PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => Describe(property),
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name == "op_Subtraction") =>
            $"{Static(method.IsStatic)}{Typed(method.ReturnType, s_nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})",
        EventInfo e => $"event {Name(e.EventHandlerType!)} {e.Name}",
        _ => null,
    };

    static string Describe(PropertyInfo property)
    {
        bool isStatic = property.GetAccessors(nonPublic: true)[0].IsStatic;
        string get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
        string set = property.SetMethod is { } setter && IsVisible(setter) ? IsInit(setter) ? " init;" : " set;" : "";
        return $"{Static(isStatic)}{Typed(property.PropertyType, s_nullability.Create(property))} {property.Name} {{{get}{set} }}";
    }

    static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Typed(parameter.ParameterType, s_nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}"));

    static string Default(ParameterInfo parameter) => parameter.DefaultValue?.ToString() ?? (parameter.ParameterType.IsValueType ? "default" : "null");

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static string Static(bool isStatic) => isStatic ? "static " : "";

    static string Typed(Type type, NullabilityInfo nullability) =>
        Name(type) + (!type.IsValueType && nullability.ReadState == NullabilityState.Nullable ? "?" : "");

    static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";

        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";

        return type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}
