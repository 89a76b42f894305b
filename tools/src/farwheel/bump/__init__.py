"""Upstream's releases as pull requests, each with its evidence.

There is no database. A package's branch `bump/NAME` holds one commit, and that commit is the record: what was
tried, how it came out, and in its message all that the pull request says (`record`). The pull request mirrors
the commit (`mirror`); a run that ends between the two is finished by the next one. What a run does with a
package follows from what upstream, the branch and the pull requests are now (`decide`).
"""
