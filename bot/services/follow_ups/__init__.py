"""Follow-ups 回访: raised by the daily sweep, asked in the chat or by a call, their problems dealt with under a request."""
