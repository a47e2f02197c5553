# Written by Fettle (role hardening): changes here are undone by the next run.
# Only where somebody could type: a script that waits is not idle.
case $- in
  *i*)
    TMOUT={{ seconds }}
    readonly TMOUT
    ;;
esac
