"""dquiz: spaced repetition over markdown notes, for interview preparation."""
