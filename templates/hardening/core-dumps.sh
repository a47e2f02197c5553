# Written by Fettle (role hardening): changes here are undone by the next run.
ulimit -c 0
