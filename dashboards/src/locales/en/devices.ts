export const devices = {
  devices: {
    title: "Plants and meters", addPlant: "Add a plant", firstPlant: "first the plant, then gateways and meters", readOnly: "You can look; operators, carbon managers and the head add and change.", meters: "Meters", addMeter: "Add a meter", noMeters: "No meters yet",
    noMetersText: "Enter the plate, then wait for the first reading.", gatewayFirst: "Add a gateway below first: meters publish through one.", meter: "Meter", medium: "Medium", register: "Register", gateway: "Gateway", lastReading: "Last reading", onLedger: "On the ledger", never: "none yet",
    chain: { unregistered: "not registered", pending: "being registered", registered: "registered" },
    id: "Id", idHint: "lower-case letters, digits, hyphens, 2–40; stands in topics and on the ledger and does not change", name: "Name", nameZh: "Chinese name", nameEn: "English name", region: "Province", regionHint: "in pinyin, such as jiangsu; for the grid factor",
    unit: "Unit", unitHint: "what the register counts in", leastCount: "Least count", leastCountHint: "the register's smallest step", digits: "Digits", turnsOver: "turns over at {{value}} {{unit}}", interval: "Interval of readings (s)",
    validFrom: "Installed on", validFromHint: "earlier readings are not taken", stream: "Source stream", streamHint: "such as fuel:coal; can be bound in accounting later", calibration: "Calibration certificate", calibratedUntil: "Calibrated until",
    gateways: "Gateways", addGateway: "Add a gateway", noGateways: "No gateways yet", noGatewaysText: "A gateway has a sign-in and a key of its own and publishes for meters.", key: "Signing key", unsigned: "unsigned", since: "Since", state: "State", active: "active", revoked: "revoked",
    newPassword: "New password", revoke: "Revoke", revokeTitle: "Revoke the gateway {{name}}", revokeText: "From this moment it can neither sign in nor sign; earlier readings stay. This cannot be undone.",
    publicKey: "Public key of the device (optional)", publicKeyHint: "Make the pair on the device and paste the public half only (PEM, the spki of tanheng agent keys, or hex, Ed25519 or P-256). Without one readings are grade B (unsigned).", publicKeyFault: "This is no Ed25519 or P-256 public key. Paste what begins with BEGIN PUBLIC KEY; the private key stays on the device.",
    makeSignIn: "Make the sign-in", onceTitle: "Sign-in of the gateway {{name}}", once: "The password is shown only now; later it can only be replaced. Put it into the device at once.", broker: "Broker", username: "Username", topic: "Topic", receipts: "Receipts",
    lineHint: "A line to run (put the ids for PLANT and METER):", lineWithout: "A line to run (the password comes from the variable MQTT_PASSWORD):",
    plate: "Plate", registerTitle: "Register the meter on the ledger", registerStatement: "I confirm that this agrees with the plate, and register the meter on the ledger.", registerText: "Then its signed readings can be anchored on the ledger and carry reports.", registerNow: "Sign and register",
    firstReading: "First reading", waiting: "Waiting for the first reading…", arrived: "A reading arrived and was stored. Compare it with the plate and the register.", at: "Meter's time", offset: "ago", signature: "Signature", signed: "good signature", instead: "What the gateway sent and was not stored",
  },
};
