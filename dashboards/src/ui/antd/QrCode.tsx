import { QRCode } from "antd";
import { useTranslation } from "react-i18next";
import { AntdRoot } from "./AntdRoot";

/** A QR code, always dark on white: readers need the contrast in either theme. */
export function QrCode({ text, size = 148 }: { text: string; size?: number }) {
  const { t } = useTranslation();
  return (
    <AntdRoot>
      <div role="img" aria-label={t("ui.qr")}>
        <div aria-hidden="true"><QRCode value={text} size={size} type="svg" color="black" bgColor="white" bordered /></div>
      </div>
    </AntdRoot>
  );
}
