# SPDX-License-Identifier: GPL-3.0-or-later
# identifiers.py ANT SBML: the reference translator's identifiers for a shipped model's text
# are those of our SBML of it.
import re
import sys

import antimony


def identifiers(sbml):
    return set(re.findall(r'<(?:parameter|species|compartment) [^>]*\bid="([^"]+)"', sbml))


if antimony.loadAntimonyFile(sys.argv[1]) < 0:
    sys.exit("the reference translator refuses it: " + antimony.getLastError())
theirs = identifiers(antimony.getSBMLString(antimony.getMainModuleName()))
ours = identifiers(open(sys.argv[2]).read())
print(len(theirs), "identifiers of the reference translator,", len(ours), "of ours")
if not theirs or theirs != ours:
    sys.exit("only in one: " + " ".join(sorted(theirs ^ ours)))
