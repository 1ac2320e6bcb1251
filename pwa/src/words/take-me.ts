import { dictionary } from './dictionary'

export default dictionary({
  zh: {
    take_me: '带我去',
    with: '用{app}带我去',
    other: '换一个地图',
    title: '用哪个地图应用？',
    amap: '高德地图',
    baidu: '百度地图',
    tencent: '腾讯地图',
    geo: '手机里的其他地图',
    geo_hint: '有的地图应用不认标准坐标，会偏几百米。偏了就换上面的。',
    target: '目的地',
    privacy: '只交给地图应用一个点，不带地址、名称和隐患内容。坐标按 GPS（WGS 84）交给它，由它自己换算，不会偏。',
    remembered: '选过的这部手机会记住，要换时点“换一个地图”。',
    network: '地图应用自己要有网络，或者有离线地图。',
    circle: '这是登记时手机的位置，误差约 {metres} 米，到了附近请找“位置说明”里写的地方。',
  },
  en: {
    take_me: 'Take me there',
    with: 'Take me there with {app}',
    other: 'Another map',
    title: 'Which map app?',
    amap: 'Amap',
    baidu: 'Baidu Maps',
    tencent: 'Tencent Maps',
    geo: 'Another map on this phone',
    geo_hint: 'Some map apps misread standard coordinates by some hundred metres. If so, take one of those above.',
    target: 'Destination',
    privacy:
      'The map app is given a point and nothing else: no address, no name, nothing of the hazard. The point is given in GPS coordinates (WGS 84), which the app itself converts, so that it does not lie off.',
    remembered: 'This phone remembers what you choose; tap “Another map” to change it.',
    network: 'The map app needs a network of its own, or offline maps.',
    circle: 'This is where the phone was when it was reported, good to about {metres} m; once near, look for the spot that is described.',
  },
})
