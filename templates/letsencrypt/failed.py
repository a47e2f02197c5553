# Written by Fettle (role letsencrypt): changes here are undone by the next run.
"""Why there is no certificate."""


class Failed(Exception):
    """
    Kinds: `elsewhere` a name does not lead here, and the authority was not asked; `away` it does not answer, or not
    well; `refused` it says no; `limited` not before `until`, in seconds since the epoch; `unshown` HAProxy does not show it.
    """

    def __init__(self, kind, problem, until=None):
        super().__init__(problem)
        self.kind = kind
        self.problem = problem
        self.until = until


def pause(kind, failures, life):
    """
    Seconds until the next try. Authorities bear five refusals an hour of one account, which all balancers share;
    what does not cost any is tried sooner, and the sooner the shorter a certificate lives.
    """
    if kind == 'refused':
        return min(1800 * 2 ** (failures - 1), 43200)
    return min(60 * 2 ** (failures - 1), 3600, max(life / 30, 1))
