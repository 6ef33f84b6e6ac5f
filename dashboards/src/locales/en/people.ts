export const people = {
  members: {
    title: "Members", colleagues: "People of the organisation", onTheWay: "Invitations", noneOnTheWay: "No invitation is under way", name: "Name", role: "Role", status: "Status", since: "Since", invitedAt: "Invited", self: "yourself",
    statuses: { active: "active", suspended: "suspended", pending: "not active yet", ended: "ended" },
    suspend: "Suspend", reinstate: "Reinstate", end: "End membership", changeRole: "Change role", invite: "Invite a colleague", send: "Make an invitation code",
    inviteText: "With the code she sets a password and makes keys on her own device; after an administrator's review and the regulator's confirmation on the ledger she can work. Who signs in for another enterprise joins with that sign-in.",
    codeOnce: "The code is shown only now; hand it to {{name}} in person or by a channel you trust:", waitsForHer: "waits for her", waitsForAdministrator: "waits for the administrator", waitsForRegulator: "waits for the regulator",
    endTitle: "End the membership of {{name}}", changeTitle: "Change the role of {{name}}", endText: "The sign-in ends here at once and does not come back; what was signed before stays.",
    changeText: "A role on the ledger cannot change: end this membership, then invite again in the new role; new keys are made.", endLedger: "The keys stay bound on the ledger until two administrators suspend the person there; without a membership the platform takes no signature of hers.",
    endAndInvite: "End and invite again", again: "Choose the new role of {{name}} and make an invitation code.", organisations: "Change organisation",
  },
  invitation: {
    title: "Accept an invitation", intro: "Type the code that your colleague gave you; your keys are made on this device.", code: "Invitation code", whoTitle: "You are joining", accept: "Accept",
    joinText: "You join with the sign-in you have; its password stays. Each organisation has keys and a recovery code of its own: make a new set for this one.", signInFirst: "This address signs in already. Sign in first, then accept; the password does not change.",
  },
};
