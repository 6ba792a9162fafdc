"""What each command does, a file each; the command line imports one when it runs."""
