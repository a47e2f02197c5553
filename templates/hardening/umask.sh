# Written by Fettle (role hardening): changes here are undone by the next run.
umask 027
