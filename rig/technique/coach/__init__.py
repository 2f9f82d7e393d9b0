"""Leading through a session: what comes next, gestures, what to say."""
