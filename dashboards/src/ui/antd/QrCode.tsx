import { QRCode } from "antd";
import { useTranslation } from "react-i18next";
import { AntdRoot } from "./AntdRoot";

// Of a long text a camera needs about three pixels a module, and no redundancy that makes modules smaller still.
const LONG = 600;
const LONG_SIZE = 460;

/** A QR code, always dark on white: readers need the contrast in either theme. */
export function QrCode({ text, size = 148 }: { text: string; size?: number }) {
  const { t } = useTranslation();
  const long = text.length > LONG;
  return (
    <AntdRoot>
      <div role="img" aria-label={t("ui.qr")}>
        <div aria-hidden="true"><QRCode value={text} size={long ? Math.min(LONG_SIZE, window.innerWidth - 72) : size} errorLevel={long ? "L" : "M"} type="svg" color="black" bgColor="white" bordered /></div>
      </div>
    </AntdRoot>
  );
}
