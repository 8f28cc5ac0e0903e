using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Mptcp.Dashboard.Access;
using Mptcp.Dashboard.Changes;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Pages;

namespace Mptcp.Dashboard;

/// <summary>Answers the requests of the dashboard.</summary>
sealed partial class DashboardRequests(DashboardFeed feed, IAntiforgery antiforgery, IOptions<MptcpDashboardOptions> options, ILogger<DashboardRequests> logger)
{
    readonly MptcpDashboardOptions _options = options.Value;
    readonly AccessToken _access = new(options.Value.AccessToken);

    internal bool AllowsChanges => _options.AllowChanges;

    /// <summary>Answers with a page, once the token is right.</summary>
    /// <param name="render">Makes the page from a sample.</param>
    /// <param name="root">The relative URL of the first page.</param>
    /// <param name="isFirst">Whether it is the first page, whose address ends with a slash, so that relative links lead to the right place.</param>
    internal RequestDelegate Page(Func<PageRequest, HttpContext, Page> render, string root = "", bool isFirst = false) => Guard(root, isFirst, async context =>
    {
        try
        {
            Sample sample = await feed.WatchAsync().WaitAsync(context.RequestAborted);
            await WriteAsync(context, render(new PageRequest(sample, feed, context.Request.Query, root, _options.AllowChanges), context), root);
        }
        catch (Exception e) when (IsOfTheHost(e))
        {
            CannotRead(logger, e);
            await WriteAsync(context, ErrorPage.CannotRead(e), root);
        }
    });

    /// <summary>Asks for confirmation.</summary>
    internal RequestDelegate AskChange() => GuardChange(context =>
    {
        AntiforgeryTokenSet tokens = antiforgery.GetAndStoreTokens(context);
        Headers.Set(context.Response); // antiforgery has a policy of its own
        IQueryCollection query = context.Request.Query;
        return ChangeAsync(context, () => ChangePage.Ask(
            Change.Parse(name => query[name].ToString()), query.Select(field => KeyValuePair.Create(field.Key, field.Value.ToString())), (tokens.FormFieldName, tokens.RequestToken!)));
    });

    /// <summary>Makes a change that was confirmed.</summary>
    internal RequestDelegate MakeChange() => GuardChange(async context =>
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            await WriteAsync(context, ErrorPage.BadRequest("The confirmation is too old, or comes from another site. Go back, and confirm again."), "");
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        await ChangeAsync(context, () =>
        {
            string done = new NetworkNamespace(_options.NetworkNamespace).Run(Change.Parse(name => form[name].ToString()).Do);
            Changed(logger, context.User.Identity?.Name ?? "somebody", done);
            return ChangePage.Done(done);
        });
    });

    /// <summary>Sends a file of this assembly. They hold nothing of the host, so they need no token.</summary>
    internal static RequestDelegate Asset(string name, string contentType)
    {
        byte[] bytes = ReadAsset(name);
        return async context =>
        {
            Headers.Set(context.Response);
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        };
    }

    RequestDelegate Guard(string root, bool isFirst, RequestDelegate next) => context =>
    {
        Headers.Set(context.Response);
        bool lacksSlash = isFirst && context.Request.Path.Value?.EndsWith('/') != true;
        if (_access.TryEnter(context) || lacksSlash)
            return RedirectAsync(context, lacksSlash);

        return _access.IsAllowed(context) ? next(context) : WriteAsync(context, ErrorPage.NoToken, root);
    };

    RequestDelegate GuardChange(RequestDelegate next) =>
        Guard("", isFirst: false, context => IsProtected(context) ? next(context) : WriteAsync(context, ErrorPage.NotProtected, ""));

    /// <summary>Whether somebody has decided who may make changes. Otherwise any page of the Web could, by DNS rebinding.</summary>
    bool IsProtected(HttpContext context) => _options.AccessToken is not null || context.User.Identity?.IsAuthenticated == true
        || (context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<IAuthorizeData>() is not null && metadata.GetMetadata<IAllowAnonymous>() is null);

    /// <summary>Goes to the same page without the token, and with the slash.</summary>
    static Task RedirectAsync(HttpContext context, bool lacksSlash)
    {
        HttpRequest request = context.Request;
        string path = (request.PathBase + request.Path).ToUriComponent();
        string last = path[(path.LastIndexOf('/') + 1)..];
        var query = QueryString.Create(request.Query.Where(field => field.Key != AccessToken.Parameter));
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers[HeaderNames.Location] = $"{(last == "" ? "./" : lacksSlash ? $"{last}/" : last)}{query}";
        return Task.CompletedTask;
    }

    static Task ChangeAsync(HttpContext context, Func<Page> page)
    {
        Page answer;
        try
        {
            answer = page();
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException || IsOfTheHost(e))
        {
            answer = ErrorPage.BadRequest(e.Message);
        }

        return WriteAsync(context, answer, "");
    }

    static Task WriteAsync(HttpContext context, Page page, string root)
    {
        context.Response.StatusCode = page.StatusCode;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Layout.Render(page, root).ToString(), Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Whether the host is the reason: no MPTCP, no privilege, no such namespace.</summary>
    static bool IsOfTheHost(Exception e) => e is SocketException or IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException or System.ComponentModel.Win32Exception;

    static byte[] ReadAsset(string name)
    {
        using Stream asset = typeof(DashboardRequests).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        asset.CopyTo(bytes);
        return bytes.ToArray();
    }

    [LoggerMessage(1, LogLevel.Debug, "The dashboard cannot read the host.")]
    static partial void CannotRead(ILogger logger, Exception e);

    [LoggerMessage(2, LogLevel.Information, "{Who} has changed a path with the dashboard: {What}")]
    static partial void Changed(ILogger logger, string who, string what);
}
