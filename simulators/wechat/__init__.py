"""A stand-in of WeChat's server: it posts like the real one, retries, drops, counts and answers errcodes."""
