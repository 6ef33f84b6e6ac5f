import { Drawer } from "antd";
import { AntdRoot } from "./AntdRoot";

/** A panel from the right, for detail beside a list. */
export function SidePanel({ open, title, onClose, width = 560, children }: {
  open: boolean;
  title: React.ReactNode;
  onClose: () => void;
  width?: number;
  children: React.ReactNode;
}) {
  return (
    <AntdRoot>
      <Drawer open={open} title={title} onClose={onClose} size={Math.min(width, innerWidth)} destroyOnHidden>
        {children}
      </Drawer>
    </AntdRoot>
  );
}
