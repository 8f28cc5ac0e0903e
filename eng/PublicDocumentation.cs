#:package Microsoft.CodeAnalysis.CSharp
#:property NoWarn=CS1591
#:property PublishAot=false
// Keeps the public members of an assembly in its XML documentation file, and removes all others: dotnet run eng/PublicDocumentation.cs -- XML ASSEMBLY REFERENCES
// REFERENCES is a file with the path of a referenced assembly in each line.
// The compiler writes down every member with a comment, internal ones too, and IntelliSense needs none of those.
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

string documentation = args[0], assembly = args[1], references = args[2];

// Only public and protected members are imported, so that an internal one is not found.
var compilation = CSharpCompilation.Create(
    "lookup",
    references: File.ReadLines(references).Append(assembly).Select(path => MetadataReference.CreateFromFile(path)),
    options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, metadataImportOptions: MetadataImportOptions.Public));

XDocument document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
XElement members = document.Root!.Element("members")!;
XElement[] all = [.. members.Elements("member")];
XElement[] hidden = [.. all.Where(member => !IsPublic((string)member.Attribute("name")!))];
foreach (XElement member in hidden)
{
    if (member.PreviousNode is XText indentation)
        indentation.Remove();

    member.Remove();
}

document.Save(documentation, SaveOptions.DisableFormatting);
Console.WriteLine($"{Path.GetFileName(documentation)}: {all.Length - hidden.Length} public members, {hidden.Length} others removed");

bool IsPublic(string id)
{
    ISymbol? symbol = DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation);
    for (ISymbol? part = symbol; part is not null and not INamespaceSymbol; part = part.ContainingSymbol)
    {
        if (part.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
            return false;
    }

    return symbol is not null;
}
