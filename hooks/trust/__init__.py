"""Who is calling? One token, judged against what the client that it names has registered, and spent."""
