"""A WeChat official account: what WeChat's server posts, and answers within its five seconds."""
