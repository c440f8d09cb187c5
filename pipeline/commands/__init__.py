"""What `secure-release` does beside a release: one file a command, each a plain function that the tasks call."""
