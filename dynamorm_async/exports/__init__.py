"""Items to files and back: the formats, and the streams in constant memory."""
