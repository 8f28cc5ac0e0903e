namespace Gateway;

/// <summary>An address cannot be listened on; the message names the setting.</summary>
sealed class ListenException(string message, Exception cause) : Exception(message, cause);
