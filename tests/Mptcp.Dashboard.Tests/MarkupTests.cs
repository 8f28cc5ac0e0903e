using Mptcp.Dashboard.Html;

namespace Mptcp.Dashboard.Tests;

public class MarkupTests
{
    [Fact]
    public void Text_is_encoded_in_content_and_in_attributes()
    {
        const string hostile = "<script>alert(1)</script>\"'&\u202e";

        Markup markup = $"""<p title="{hostile}">{hostile}</p>""";

        const string encoded = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;&#x202E;";
        markup.ToString().Should().Be($"<p title=\"{encoded}\">{encoded}</p>");
    }

    [Fact]
    public void A_piece_of_markup_inside_another_one_stays_markup()
    {
        Markup[] items = [$"<li>{1}</li>", $"<li>{"<2>"}</li>"];

        Markup list = $"<ul>{items}</ul>";

        list.ToString().Should().Be("<ul><li>1</li><li>&lt;2&gt;</li></ul>");
    }

    [Fact]
    public void Coordinates_have_a_point_in_every_culture()
    {
        Markup markup = $"{1.5}";

        markup.ToString().Should().Be("1.5");
    }
}
