"""What a person sees and types: `review` draws, `plain` speaks in lines; text of notes is only ever text."""
