using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Mptcp.Dashboard.Html;

/// <summary>
/// A piece of HTML, written as an interpolated string. The literal parts are HTML; every value is encoded, unless it is a piece of HTML itself. So text of the network and the kernel
/// cannot become HTML.
/// </summary>
[InterpolatedStringHandler]
readonly struct Markup
{
    readonly StringBuilder _html;

    /// <summary>Called by the compiler.</summary>
    public Markup(int literalLength, int formattedCount) => _html = new StringBuilder(literalLength + 16 * formattedCount);

    internal static Markup None => $"";

    public void AppendLiteral(string html) => _html.Append(html);

    public void AppendFormatted(Markup html) => _html.Append(html._html);

    public void AppendFormatted(IEnumerable<Markup> pieces)
    {
        foreach (Markup piece in pieces)
            _html.Append(piece._html);
    }

    public void AppendFormatted(string? text) => _html.Append(HtmlEncoder.Default.Encode(text ?? ""));

    public void AppendFormatted(IPEndPoint endPoint) => AppendFormatted(endPoint.ToString());

    public void AppendFormatted(long number) => _html.Append(number);

    /// <summary>Writes a coordinate.</summary>
    public void AppendFormatted(double number) => _html.Append(number.ToString("0.##", CultureInfo.InvariantCulture));

    /// <summary>Returns the HTML.</summary>
    public override string ToString() => _html.ToString();
}
